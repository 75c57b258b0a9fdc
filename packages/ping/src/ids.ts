// Why a packet was dropped: ids 500 to 599, each with its sentence in @tiny/core/explain.
export const PING_DATA = 500
