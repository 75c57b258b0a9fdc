// Packet sockets: frames as a device moves them.
import {
  copy,
  type Dev,
  EDESTADDRREQ,
  EINVAL,
  EMSGSIZE,
  ENOBUFS,
  ENOTCONN,
  EOPNOTSUPP,
  get16,
  get32,
  HEAD,
  type Host,
  isSame,
  type Link,
  type PacketInfo,
  range,
} from '@tiny/core'
import { wrap } from '@tiny/core/wrap'
import { ALL, FRAME_HEADER, FRAME_TYPE, GROUP, IPV4_HEADER, OTHER, SENT, TYPE_IPV4 } from './const.js'
import { PACKET_FULL } from './ids.js'
import { check, inbox, keep, table } from './sockets.js'
import type { Packet, PacketOpenOptions, PacketOptions, PacketRecord, PacketSocket } from './types.js'

/**
 * Packet sockets on a Dev, which see frames, or on a Link, which see datagrams. The stack is built upon `device` of what
 * is returned.
 *
 * @param d its recv is set
 * @throws RangeError for an option out of range
 */
export function packet<D extends Dev | Link>(h: Host, d: D, options?: PacketOptions): Packet<D> {
  const mac = (d as Dev).mac as Uint8Array | undefined
  const header = mac ? FRAME_HEADER : 0
  const info: PacketInfo = {
    network: header,
    link: mac ? 0 : undefined,
    protocol: TYPE_IPV4,
    kind: 0,
    ifindex: 1,
    vlan: undefined,
  }
  const t = table<PacketRecord>(
    h,
    range('raw: sockets', options?.sockets, 4, 1, 1024),
    0,
    (s, b, o, n, length, kind, micros) => s.handlers.onFrame?.(s, b, o, n, length, kind, micros),
    s => s.handlers.onError?.(s, -ENOBUFS),
  )

  // Copies for all sockets but the one that sends.
  // input path
  function tap(b: Uint8Array, o: number, n: number, kind: number, sender: unknown): void {
    info.kind = kind
    if (mac) info.protocol = n < FRAME_HEADER ? 0 : get16(b, o + FRAME_TYPE)
    for (const s of t.sockets) {
      if ((s.proto && s.proto !== info.protocol) || s === sender) continue
      // What is sent outside of a poll is told in the next one.
      if (kind === SENT) h.wake(0)
      keep(h, s, PACKET_FULL, b, o, n, 0, kind, h.env.micros ? h.env.micros() : Math.imul(h.time(), 1000), info)
    }
  }
  // The device may write in front of what it is given.
  function output(b: Uint8Array, o: number, n: number, hop: number, sender: unknown): number {
    const error = (d as Link).send(b, o, n, hop)
    if (!error) tap(b, o, n, SENT, sender)
    return error
  }
  const device: Dev | Link = wrap<Dev | Link>(
    d,
    (b, o, n, hop) => output(b, o, n, hop, null),
    (b, o, n, flags) => {
      let kind = flags & 3
      if (mac && !isSame(b, o, mac, 0, 6)) kind = !(b[o] & 1) ? OTHER : ~(get32(b, o) & get32(b, o + 2)) ? GROUP : ALL
      tap(b, o, n, kind, null)
      device.recv(b, o, n, flags)
    },
  )
  function send(s: PacketRecord, b: Uint8Array, o: number, n: number, k?: Uint8Array, a?: number): number {
    const x = h.tx
    const at = HEAD - FRAME_HEADER
    const hop = k ? get32(k, a as number) : 0
    check(b, o, n)
    if (!(s.proto >= 0)) return -ENOTCONN
    if (!mac && !hop) return -EDESTADDRREQ
    if (n < (header || IPV4_HEADER)) return -EINVAL
    if (n > Math.min(d.mtu + header, x.length - at)) return -EMSGSIZE
    copy(x, at, b, o, n)
    return output(x, at, n, hop, s) || n
  }
  return {
    device: device as D,
    open<A>(proto: number, handlers: PacketRecord['handlers'], o?: PacketOpenOptions) {
      return t.put(inbox(proto, 0xffff, handlers, o?.queue, 8192, 0)) as PacketSocket<A> | number
    },
    send: send as unknown as Packet<D>['send'],
    promisc: on => (d as Dev).promisc?.(on) ?? -EOPNOTSUPP,
    close: t.close,
    used: t.used,
  }
}

export type { Packet, PacketHandlers, PacketOpenOptions, PacketOptions, PacketSocket } from './types.js'
