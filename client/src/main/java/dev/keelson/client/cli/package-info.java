/** The `keelson` command: what a person types to look at a cluster, its tables and its rows. */
@NullMarked
package dev.keelson.client.cli;

import org.jspecify.annotations.NullMarked;
