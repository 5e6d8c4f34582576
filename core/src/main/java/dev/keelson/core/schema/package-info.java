/** Tables as their creators defined them: columns, types, primary keys, and the rules for them. */
@NullMarked
package dev.keelson.core.schema;

import org.jspecify.annotations.NullMarked;
