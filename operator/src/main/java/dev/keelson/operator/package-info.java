/** The process of the operator: configuration, leader election, health, and the end. */
@NullMarked
package dev.keelson.operator;

import org.jspecify.annotations.NullMarked;
