// All of the firmware: answers ping, sends a reading every second.
import { host } from '@tiny/core'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { udp } from '@tiny/udp'
import { network, PORT, target } from './config.js'

export function firmware(env, dev, options) {
  const h = host(env, options)
  const u = udp(ipv4(h, ethernet(h, dev), network))
  const socket = u.bind(PORT, {})
  const reading = new Uint8Array(1)
  let due = h.wake(0)
  h.add({
    poll() {
      if (!h.isDue(due)) return
      due = h.wake(1000)
      reading[0]++
      u.send(socket, reading, 0, 1, target, 0, PORT)
    },
    used: () => 0,
  })
  return h
}
