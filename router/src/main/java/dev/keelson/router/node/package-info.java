/** The data nodes as this router reaches them: one stream of frames to each. */
@NullMarked
package dev.keelson.router.node;

import org.jspecify.annotations.NullMarked;
