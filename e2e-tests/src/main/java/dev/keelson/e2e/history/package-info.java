/** What clients saw of a database, and whether a correct one may have shown it. */
@NullMarked
package dev.keelson.e2e.history;

import org.jspecify.annotations.NullMarked;
