// All of the firmware: answers ping; every second it asks whether the collector is there, and sends it a reading, how long the
// answer took and how many routers it has heard, with the first segment. Its counters can be read.
import { bpf } from '@tiny/bpf'
import { host } from '@tiny/core'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { mib } from '@tiny/mib'
import { ping } from '@tiny/ping'
import { raw } from '@tiny/raw'
import { attach } from '@tiny/raw/attach'
import { tcp } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { connect, tfo } from '@tiny/tfo'
import { udp } from '@tiny/udp'
import { EVERY, HELLO, network, PORT, ROUTERS, target } from './config.js'
import { publish } from './counters.js'
import { every } from './every.js'

export function firmware(env, dev) {
  const counters = mib()
  const h = host(env, { observer: counters })
  const ip = ipv4(h, ethernet(h, dev), network)
  const u = udp(ip)
  const t = tcp(ip, { windowScale: wscale(), timestamps: timestamps(), sack: sack(), fastOpen: tfo() })
  const p = ping(ip)
  const socket = u.bind(PORT, {})
  const reading = new Uint8Array(3)
  const request = new Uint8Array(1)
  counters.ip = ip

  /** What went wrong, if something did, to the collector. */
  function report(code) {
    if (code < 0) u.send(socket, new Uint8Array([reading[0], -code]), 0, 2, target, 0, PORT)
  }
  const handlers = {
    onReadable(c) {
      t.read(c, request)
      t.release(c)
    },
    onClose: (_c, code) => report(code),
  }
  const asked = p.open({
    onReply(_s, _seq, ms) {
      reading[0]++
      reading[1] = ms
      report(connect(t, target, PORT, handlers, reading))
    },
    onError: (_s, _seq, code) => report(code),
  })
  attach(raw(ip).open(ROUTERS, { onDatagram: () => void reading[2]++ }), bpf(HELLO))
  publish(t, counters)
  every(h, EVERY, () => p.send(asked, target, 0))
  return { h, t, counters }
}
