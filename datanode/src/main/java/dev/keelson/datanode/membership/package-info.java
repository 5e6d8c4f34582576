/**
 * Who this node is, on which disk, in which cluster (R13), whether etcd is still the one it was
 * (R14), and who else is there.
 */
@NullMarked
package dev.keelson.datanode.membership;

import org.jspecify.annotations.NullMarked;
