// Why a packet was dropped: ids 500 to 599, each with its sentence in @tiny/core/explain.
export const PING_DATA = 500
// No drop: there is no way to the host that was to be asked.
export const PING_NO_ROUTE = 510
