/** Type of the opaque block that carries what a message has beyond the hub's words. */

export const MESSAGE_FIELDS = 'message_fields'
