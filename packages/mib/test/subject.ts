// A machine that stimuli are given to: ours, or the kernel. Both have the address 10.0.0.2/24, no gateway, and know the MAC
// address of the peer, 10.0.0.1, which is the test.
import type { Snapshot } from '@tiny/mib/proc'

/** An application's socket on the machine; the machine knows what it is. */
export type Handle = number

export interface Subject {
  readonly isKernel: boolean
  /** A frame comes from the wire; it is dealt with when this is done. */
  inject(frame: Uint8Array): Promise<void>
  /** What the machine has sent since the last call. */
  take(): Uint8Array[]
  /** Time passes: as many milliseconds, or until it has sent so many frames more. */
  wait(ms: number, frames?: number): Promise<void>
  /** The counters, after the application has read what there is. */
  snapshot(): Promise<Snapshot>

  udp(port: number, queue?: number): Promise<Handle>
  /** @returns 0, or a negative error */
  udpSend(s: Handle, to: string, port: number, n: number): Promise<number>
  /** @param room for octets received, of the kernel: it takes this for a hint */
  listen(port: number, backlog?: number, room?: number): Promise<Handle>
  /** Serves Fast Open on a listener. */
  serve(l: Handle): Promise<void>
  /** Has another key for the cookies of Fast Open; the one before stays good. */
  rotate(): Promise<void>
  /** @returns the connection, or a negative error; it is under way */
  connect(to: string, port: number, own: number): Promise<Handle>
  /** The connection that a listener has accepted. */
  accept(s: Handle): Promise<Handle>
  /** Reads all there is. */
  read(c: Handle): Promise<void>
  write(c: Handle, n: number): Promise<void>
  /** Asks an idle peer after a second; gives up what is not acknowledged for so many milliseconds. */
  tune(c: Handle, keepAlive: boolean, timeoutMs: number): Promise<void>
  /** FIN, while reading goes on; close for good; reset. */
  shutdown(c: Handle): Promise<void>
  release(c: Handle): Promise<void>
  abort(c: Handle): Promise<void>
  /** Sends an echo request. */
  ping(to: string, n: number): Promise<number>
  /** Sends a datagram of a protocol; with its own header. */
  raw(to: string, proto: number, n: number): Promise<number>
  whole(b: Uint8Array): Promise<number>
  /** Joins a group. */
  join(group: string): Promise<void>
  /** Closes all sockets. */
  clean(): Promise<void>
}
