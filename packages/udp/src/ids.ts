// Why a datagram was dropped: ids 300 to 399, each with its sentence in @tiny/core/explain.
export const UDP_LENGTH = 300
export const UDP_SUM = 301
export const UDP_FULL = 302
export const UDP_ERROR_FULL = 303
// No drop: a datagram was sent; there is no way to its destination.
export const UDP_OUT = 310
export const UDP_NO_ROUTE = 311
