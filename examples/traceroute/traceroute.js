import { get16, ICMP, put16, putSum } from '@tiny/core'
import { addressText } from '@tiny/core/text'
import { raw } from '@tiny/raw'
import { types } from '@tiny/raw/connect'

const ECHO_REPLY = 0
const UNREACHABLE = 3
const ECHO = 8
const TIME_EXCEEDED = 11
const WAIT_MS = 1000
const TRIES = 3

/** Sends echo requests with a time to live of 1, 2, 3, ... until one is answered: each router in between reports one. */
export function traceroute(ip, to, most, say) {
  const h = ip.host
  const r = raw(ip)
  const echo = new Uint8Array(36)
  const id = h.env.rand() & 0xffff
  let ttl = 1
  let tries = 0
  let due = h.wake(0)
  let sentAt = 0
  let isDone = false

  function next(text, isLast) {
    say(`${ttl}  ${text}`)
    isDone = isLast || ttl === most
    ttl++
    tries = 0
    due = h.wake(0)
  }
  const socket = r.open(ICMP, {
    onDatagram(_s, b, o, n, a) {
      const icmp = o + ((b[o] & 15) << 2)
      // An answer is our echo itself; who reports an error quotes it behind the header that it had.
      const own = b[icmp] === ECHO_REPLY ? icmp : icmp + 8 + ((b[icmp + 8] & 15) << 2)
      if (isDone || own + 8 > o + n || get16(b, own + 4) !== id || get16(b, own + 6) !== ttl) return
      next(`${addressText(b, a)}  ${(h.env.micros() - sentAt) / 1000} ms`, b[icmp] !== TIME_EXCEEDED)
    },
  })
  types(socket, [ECHO_REPLY, UNREACHABLE, TIME_EXCEEDED])
  h.add({
    poll() {
      if (isDone || !h.isDue(due)) return
      if (tries++ === TRIES) next('*', false)
      put16(echo, 0, ECHO << 8)
      put16(echo, 4, id)
      put16(echo, 6, ttl)
      putSum(h.sum, echo, 0, echo.length, 2, 0)
      sentAt = h.env.micros()
      r.send(socket, echo, 0, echo.length, to, 0, { ttl })
      due = h.wake(WAIT_MS)
    },
    used: () => 0,
  })
  return { isDone: () => isDone }
}
