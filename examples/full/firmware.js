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
import { connect, serve, tfo } from '@tiny/tfo'
import { udp } from '@tiny/udp'
import { COUNTERS, EVERY, HELLO, network, PORT, ROUTERS, target } from './config.js'

/** What is counted by its place, then what is counted by its id, in pairs. */
function pageOf({ values, times }) {
  const pairs = []
  for (const id in times) pairs.push(+id, times[id])
  const page = new Uint32Array(values.length + pairs.length)
  page.set(values)
  page.set(pairs, values.length)
  return new Uint8Array(page.buffer)
}

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
  let due = h.wake(0)
  counters.ip = ip

  attach(raw(ip).open(ROUTERS, { onDatagram: () => void reading[2]++ }), bpf(HELLO))
  function report(code) {
    u.send(socket, new Uint8Array([reading[0], -code]), 0, 2, target, 0, PORT)
  }
  const handlers = {
    onReadable(c) {
      t.read(c, request)
      t.release(c)
    },
    onClose(_c, code) {
      if (code < 0) report(code)
    },
  }
  const asked = p.open({
    onReply(_s, _seq, ms) {
      reading[0]++
      reading[1] = ms
      const c = connect(t, target, PORT, handlers, reading)
      if (c < 0) report(c)
    },
    onError: (_s, _seq, code) => report(code),
  })
  const page = t.listen(COUNTERS, {
    onReadable(c) {
      t.read(c, request)
      t.write(c, pageOf(counters))
      t.release(c)
    },
  })
  serve(t, page)
  h.add({
    poll() {
      if (!h.isDue(due)) return
      due = h.wake(EVERY)
      p.send(asked, target, 0)
    },
    used: () => 0,
  })
  return { h, t, counters }
}
