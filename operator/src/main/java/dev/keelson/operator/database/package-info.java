/** How the operator sees the database: through the admin service of its routers, and only that. */
@NullMarked
package dev.keelson.operator.database;

import org.jspecify.annotations.NullMarked;
