/** The named limits of the database with their defaults, and the relations that must hold. */
@NullMarked
package dev.keelson.core.limit;

import org.jspecify.annotations.NullMarked;
