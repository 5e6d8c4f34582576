/** Bulk loads: streams of rows, written partition by partition in batches. */
@NullMarked
package dev.keelson.router.load;

import org.jspecify.annotations.NullMarked;
