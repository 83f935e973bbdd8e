package org.apache.cassandra.utils.concurrent;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes the place of a class of Cassandra 3.11 that needs a method which Java 9 removed: monitors of objects become
 * locks of a fixed number, chosen by the object's hash.
 */
public final class Locks {
    private static final ReentrantLock[] LOCKS = new ReentrantLock[4096];

    static {
        for (int i = 0; i < LOCKS.length; i++) {
            LOCKS[i] = new ReentrantLock();
        }
    }

    private Locks() {}

    private static ReentrantLock of(Object o) {
        return LOCKS[System.identityHashCode(o) & (LOCKS.length - 1)];
    }

    public static void monitorEnterUnsafe(Object o) {
        of(o).lock();
    }

    public static void monitorExitUnsafe(Object o) {
        of(o).unlock();
    }
}
