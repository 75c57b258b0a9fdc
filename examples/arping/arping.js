import { copy, get16, get32, isSame } from '@tiny/core'
import { macText } from '@tiny/core/text'
import { attach, lock } from '@tiny/raw/attach'

const ARP = 0x806
const ETHERNET_IPV4 = 0x10800
const REQUEST = 0x06040001
const REPLY = 2
const EVERY_MS = 1000

/** Asks on the link who has an address, `count` times, by ARP frames through packet sockets. */
export function arping(h, packets, own, target, count, filter, say) {
  const dev = packets.device
  const frame = new Uint8Array(42)
  let sent = 0
  let answers = 0
  let at = 0
  let due = h.wake(0)

  // To all: who has `target` tells `own`.
  for (let i = 0; i < 6; i++) frame[i] = 255
  copy(frame, 6, dev.mac, 0, 6)
  frame.set([ARP >> 8, ARP & 255], 12)
  for (let i = 0; i < 4; i++) {
    frame[14 + i] = ETHERNET_IPV4 >> (24 - 8 * i)
    frame[18 + i] = REQUEST >> (24 - 8 * i)
  }
  copy(frame, 22, dev.mac, 0, 6)
  copy(frame, 28, own, 0, 4)
  copy(frame, 38, target, 0, 4)

  const socket = packets.open(ARP, {
    onFrame(_s, b, o, n, _length, _kind, micros) {
      if (n < 42 || get32(b, o + 14) !== ETHERNET_IPV4 || get16(b, o + 20) !== REPLY) return
      if (!isSame(b, o + 28, target, 0, 4)) return
      answers++
      say(`${macText(b, o + 22)} answers after ${((micros - at) | 0) / 1000} ms`)
    },
  })
  // No more than replies reach the socket, and nobody changes that again.
  attach(socket, filter)
  lock(socket)
  h.add({
    poll() {
      if (sent > count || !h.isDue(due)) return
      due = h.wake(EVERY_MS)
      if (++sent > count) return
      at = h.env.micros()
      packets.send(socket, frame, 0, frame.length)
    },
    used: () => 0,
  })
  return { isDone: () => sent > count, answers: () => answers }
}
