import { udp } from '@tiny/udp'
import { connect } from '@tiny/udp/connect'

const RETRY_MS = 200

/** Sends texts one after the other, each again until it is echoed: UDP itself sends once. */
export function client(ip, server, port, texts, say) {
  const h = ip.host
  const u = udp(ip)
  let next = 0
  let tries = 0
  let due = h.wake(0)
  const socket = u.bind(0, {
    onDatagram(_s, b, o, n) {
      const text = String.fromCharCode(...b.subarray(o, o + n))
      if (text !== texts[next]) return // the echo of an earlier try
      say(`${text}, back after ${tries} ${tries === 1 ? 'try' : 'tries'}`)
      next++
      tries = 0
      due = h.wake(0)
    },
  })
  connect(socket, server, port)
  h.add({
    poll() {
      if (next === texts.length || !h.isDue(due)) return
      tries++
      due = h.wake(RETRY_MS)
      const octets = Uint8Array.from(texts[next], c => c.charCodeAt(0))
      u.send(socket, octets, 0, octets.length, server, 0, port)
    },
    used: () => 0,
  })
  return { isDone: () => next === texts.length }
}
