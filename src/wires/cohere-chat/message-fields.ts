/** Types of the marks by which blocks remember where in a message they stood. */

/** Opaque block: what a message has beyond the hub's words. */
export const MESSAGE_FIELDS = 'message_fields'

/** `raw` of thinking that came as the plan beside tool calls, not as content. */
export const TOOL_PLAN = 'tool_plan'
