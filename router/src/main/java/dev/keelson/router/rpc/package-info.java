/** The gRPC services of a router: they translate, delegate and map errors. */
@NullMarked
package dev.keelson.router.rpc;

import org.jspecify.annotations.NullMarked;
