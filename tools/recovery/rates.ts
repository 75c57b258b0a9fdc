// What theory says that a sender reaches which halves its window at a loss and opens it by a segment a round trip.

/**
 * The rate of J. Padhye et al., "Modeling TCP Throughput", 1998, (31), in octets a second.
 *
 * @param mss octets
 * @param rtt seconds, @param rto seconds: the round trip, the retransmission timeout in use
 * @param p probability that a segment is lost
 * @param b segments that open the window by what one ACK of each would: 1 with byte counting
 * @param most octets: the largest window
 */
export function padhye(mss: number, rtt: number, rto: number, p: number, b: number, most: number): number {
  const limit = most / rtt
  if (p === 0) return limit
  const timeouts = rto * Math.min(1, 3 * Math.sqrt((3 * b * p) / 8)) * p * (1 + 32 * p * p)
  return Math.min(limit, mss / (rtt * Math.sqrt((2 * b * p) / 3) + timeouts))
}

/** The rate of M. Mathis et al., "The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm", 1997, in octets a second. */
export const mathis = (mss: number, rtt: number, p: number, b: number): number =>
  (mss / rtt) * Math.sqrt(3 / (2 * b * p))
