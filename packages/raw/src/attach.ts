import { EPERM, ensure, type Filter } from '@tiny/core'
import type { Filtered, Inbox } from './types.js'

/**
 * Gives a socket of raw() or packet() a filter, another one in its place, or with null none: from the next packet on.
 * What waits to be told stays. A verdict of 0 leaves a packet out, one of n keeps its first n octets. The filter sees a
 * raw socket's datagrams from the IP header on, a packet socket's frames from the link header on.
 *
 * @param filter what bpf(program) of @tiny/bpf returned; shared with other sockets at will
 * @returns 0, or -EPERM: the filter is locked
 * @throws RangeError for anything else; the filter stays what it was
 */
export function attach(s: Filtered, filter: Filter | null): number {
  ensure(filter === null || !!filter?.bpf, 'raw: attach wants bpf(program) of @tiny/bpf')
  if (s.isLocked) return -EPERM
  ;(s as Inbox).filter = filter
  return 0
}

/** The filter, or having none, stays for the life of the socket: what hands a socket on can rely on it. */
export function lock(s: Filtered): void {
  ;(s as Inbox).isLocked = true
}
