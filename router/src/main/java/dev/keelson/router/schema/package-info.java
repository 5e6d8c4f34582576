/** Requests that create, drop and describe tables and keyspaces. */
@NullMarked
package dev.keelson.router.schema;

import org.jspecify.annotations.NullMarked;
