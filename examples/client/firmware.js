// All of the firmware: answers ping; every second it connects, sends a reading and reads the answer, which says how long to
// wait for the next one, in tenths of a second. What goes wrong is sent as a datagram.
import { host } from '@tiny/core'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { tcp } from '@tiny/tcp'
import { udp } from '@tiny/udp'
import { EVERY, network, PORT, target } from './config.js'

export function firmware(env, dev, options) {
  const h = host(env, options)
  const ip = ipv4(h, ethernet(h, dev), network)
  const u = udp(ip)
  const t = tcp(ip)
  const socket = u.bind(PORT, {})
  const reading = new Uint8Array(1)
  const answer = new Uint8Array(1)
  let every = EVERY
  let due = h.wake(0)
  let last

  function report(code) {
    u.send(socket, new Uint8Array([reading[0], -code]), 0, 2, target, 0, PORT)
  }
  const handlers = {
    onWritable(c) {
      t.write(c, reading)
      t.close(c)
    },
    onReadable(c) {
      t.read(c, answer)
      every = 100 * answer[0] || EVERY
      t.release(c)
    },
    onClose(_c, code) {
      if (code < 0) report(code)
    },
  }
  h.add({
    poll() {
      if (!h.isDue(due)) return
      due = h.wake(every)
      // Whoever takes a reading and does not answer keeps nothing of ours: the next one comes instead.
      if (last?.state) t.abort(last)
      reading[0]++
      last = t.connect(target, PORT, handlers)
      if (last < 0) report(last)
    },
    used: () => 0,
  })
  return { h, t }
}
