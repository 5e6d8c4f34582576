/**
 * What a committed command does to a shard's rows: conditions, batches and recognising writes that
 * come twice. Every replica applies the same commands and comes to the same rows and answers.
 */
@NullMarked
package dev.keelson.core.command;

import org.jspecify.annotations.NullMarked;
