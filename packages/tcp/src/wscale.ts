// RFC 7323 2: window scaling.
import { optionAt, type Tcb, type TcpEngine, type WindowScaleSlot } from '@tiny/core'
import { ACK, SHIFT_MOST, SYN, WINDOW_SCALE, WINDOW_SCALE_LENGTH } from './const.js'

/** The least shift with which 16 bits say what the receive buffer holds. */
function shiftOf(octets: number): number {
  let shift = 0
  while (shift < SHIFT_MOST && octets >> shift > 0xffff) shift++
  return shift
}

/**
 * Fills the windowScale slot: windows, and so buffers, above 65,535 octets.
 *
 * The shift of a connection follows from its receive buffer when its SYN goes out, and stays (RFC 7323 2.2); tune() may
 * make the buffer larger later, its window stays within 65,535 << shift.
 */
export function wscale(): WindowScaleSlot {
  return {
    syn(e: TcpEngine, c: Tcb) {
      const s = e.seg
      const p = optionAt(s.b, s.p, s.o, WINDOW_SCALE)
      c.isScaled = !!p && s.b[p + 1] === WINDOW_SCALE_LENGTH
      c.sndShift = c.isScaled ? Math.min(s.b[p + 2], SHIFT_MOST) : 0
      // What our own SYN has said stays, if both have said something.
      if (!c.isScaled) c.rcvShift = 0
      else if (c.isPassive) c.rcvShift = shiftOf(c.set.rcvSize)
    },
    write(e: TcpEngine, c: Tcb, flags: number, o: number) {
      // In a SYN that answers one, only if that one had it.
      if (!(flags & SYN) || (flags & ACK && !c.isScaled)) return 0
      const b = e.h.tx
      if (!(flags & ACK) && c.sndMax === c.iss) c.rcvShift = shiftOf(c.set.rcvSize)
      b[o] = WINDOW_SCALE
      b[o + 1] = WINDOW_SCALE_LENGTH
      b[o + 2] = c.rcvShift
      return WINDOW_SCALE_LENGTH
    },
    window(c: Tcb, wnd: number, flags: number) {
      // RFC 7323 2.2: the window of a SYN is not scaled.
      if (flags & SYN) return Math.min(wnd, 0xffff)
      // A right edge that was offered stays: it is rounded up while the buffer has the room (RFC 7323 2.4).
      const shift = c.rcvShift
      const up = (wnd + (1 << shift) - 1) >> shift
      const edge = (c.rcvNxt + (up << shift)) | 0
      if (((edge - c.rcvRead) | 0) > c.set.rcvSize) return wnd >> shift
      c.rcvAdv = edge
      return up
    },
  }
}
