/** The one catalogue of errors and the one exception that carries them. */
@NullMarked
package dev.keelson.core.error;

import org.jspecify.annotations.NullMarked;
