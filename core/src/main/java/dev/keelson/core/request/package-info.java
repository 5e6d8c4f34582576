/**
 * Requests of clients as what shards understand, and stored rows as what clients understand. All
 * checks and limits of requests for rows are here; routers use exactly these.
 */
@NullMarked
package dev.keelson.core.request;

import org.jspecify.annotations.NullMarked;
