/** The router process and its composition. */
@NullMarked
package dev.keelson.router;

import org.jspecify.annotations.NullMarked;
