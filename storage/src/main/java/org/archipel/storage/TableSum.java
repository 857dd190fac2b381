package org.archipel.storage;

/**
 * What a table holds, in short.
 *
 * @param rows how many rows
 * @param checksum 32 hexadecimal digits over all values of all rows, whatever the order of the rows
 */
public record TableSum(String table, long rows, String checksum) {}
