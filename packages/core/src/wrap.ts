import type { Dev, Link } from './types.js'

/**
 * A Dev or Link round another: what filters, captures and lossy wires have in common. The rest (MTU, MAC, groups,
 * what the layer above sets) passes through.
 *
 * @param send takes what the layer above sends, and hands it on with d.send
 * @param recv takes what the device delivers, and hands it on with the returned object's recv
 * @param caps capabilities that the wrapper adds
 */
export function wrap<D extends Dev | Link>(
  d: D,
  send: (b: Uint8Array, o: number, n: number, hop: number) => number,
  recv: (b: Uint8Array, o: number, n: number, flags: number) => void,
  caps?: number,
): D {
  const below = d as unknown as Required<Omit<Dev, 'join' | 'leave'> & Omit<Link, 'mac' | 'send'>>
  const w = {
    get type() {
      return below.type
    },
    get mtu() {
      return below.mtu
    },
    get caps() {
      return below.caps | (caps ?? 0)
    },
    get mac() {
      return below.mac
    },
    get address() {
      return below.address
    },
    set address(a) {
      below.address = a
    },
    get lost() {
      return below.lost
    },
    set lost(f) {
      below.lost = f
    },
    get ready() {
      return below.ready
    },
    set ready(f) {
      below.ready = f
    },
    send,
    // Until a layer above sets it, what comes has nobody to go to.
    recv() {},
    // A device may be an object of a class: its methods are called on it.
    promisc: below.promisc?.bind(below),
    join: below.join?.bind(below),
    leave: below.leave?.bind(below),
  }
  below.recv = recv
  return w as unknown as D
}
