import { randomFillSync } from 'node:crypto'
import { DLT_EN10MB } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { IFF_TAP } from './const.js'
import { wire } from './device.js'
import { open } from './open.js'
import type { Tap, TapOptions } from './types.js'

/**
 * Opens a TAP interface: the Dev is a network card of ours, with a cable to the kernel's. Frames come from the turn of
 * the event loop after this one; those that come before `recv` is set are lost.
 *
 * It keeps the program alive until close().
 *
 * @throws Error that says what to do: ENOENT (no /dev/net/tun), EACCES, EPERM (no CAP_NET_ADMIN), EBUSY (the name is
 * held by another program), EINVAL (or by an interface of another kind), MODULE_NOT_FOUND (no koffi), EMFILE (no descriptor left),
 * ENOTSUP (no Linux)
 * @throws RangeError for options out of range, and for unknown ones
 */
export function tap(options?: TapOptions): Tap {
  const o = strict('tap', options ?? {})
  const mac = new Uint8Array(6)
  if (o.mac) {
    if (o.mac.length !== 6 || (o.mac[0] ?? 1) & 1)
      throw new RangeError(`tun: mac ${o.mac} is not the address of one station`)
    mac.set(o.mac)
  } else {
    randomFillSync(mac)
    // Locally administered, one station.
    mac[0] = ((mac[0] ?? 0) & 0xfc) | 2
  }
  const opened = open(IFF_TAP, 'tap', o)
  const dev: Tap = {
    type: DLT_EN10MB,
    name: opened.name,
    mtu: opened.mtu,
    mac,
    caps: 0,
    send: (b, at, n) => w.send(b, at, n),
    recv() {},
    // The kernel sends us all that it sends: there is nothing to be switched.
    promisc: () => 0,
    close: () => w.close(),
  }
  const w = wire(opened, dev, o.onGone)
  return dev
}
