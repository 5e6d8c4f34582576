/** What the cluster looks like: the metadata store's view and what the data nodes say, as one. */
@NullMarked
package dev.keelson.router.admin;

import org.jspecify.annotations.NullMarked;
