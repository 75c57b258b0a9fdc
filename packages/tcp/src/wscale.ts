// RFC 7323 2: window scaling.
import { optionAt, type Tcb, type TcpEngine, type WindowScaleSlot } from '@tiny/core'
import { ACK, SYN } from './const.js'

const WINDOW_SCALE = 3
const LENGTH = 3
/** RFC 7323 2.3: a shift above it is taken for it. */
const MOST = 14

/** The least shift with which 16 bits say what the receive buffer holds. */
function shiftOf(octets: number): number {
  let shift = 0
  while (octets >> shift > 0xffff) shift++
  return shift
}

/**
 * Fills the windowScale slot: windows, and so buffers, above 65,535 octets.
 *
 * The shift of a connection follows from the receiveBuffer of tcp(); tune() may make a buffer larger later, its window
 * stays within 65,535 << shift.
 */
export function wscale(): WindowScaleSlot {
  return {
    syn(e: TcpEngine, c: Tcb) {
      const s = e.seg
      const p = optionAt(s.b, s.p, s.o, WINDOW_SCALE)
      c.rcvShift = c.sndShift = 0
      if (!p || s.b[p + 1] !== LENGTH) return
      c.sndShift = Math.min(s.b[p + 2], MOST)
      c.rcvShift = shiftOf(c.rcvSize)
      c.isScaled = true
    },
    write(e: TcpEngine, c: Tcb, flags: number, o: number) {
      // In a SYN that answers one, only if that one had it.
      if (!(flags & SYN) || (flags & ACK && !c.isScaled)) return 0
      const b = e.h.tx
      b[o] = WINDOW_SCALE
      b[o + 1] = LENGTH
      b[o + 2] = shiftOf(c.rcvSize)
      return LENGTH
    },
    window(c: Tcb, wnd: number, flags: number) {
      // RFC 7323 2.2: the window of a SYN is not scaled.
      if (flags & SYN) return Math.min(wnd, 0xffff)
      // A right edge that was offered stays: it is rounded up while the buffer has the room (RFC 7323 2.4).
      const shift = c.rcvShift
      const up = (wnd + (1 << shift) - 1) >> shift
      const edge = (c.rcvNxt + (up << shift)) | 0
      if (((edge - c.rcvRead) | 0) > c.rcvSize || up > 0xffff) return wnd >> shift
      c.rcvAdv = edge
      return up
    },
  }
}
