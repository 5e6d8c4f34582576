/** What takes long or waits, on virtual threads and so many at a time. */
@NullMarked
package dev.keelson.router.work;

import org.jspecify.annotations.NullMarked;
