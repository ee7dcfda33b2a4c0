/** The newest Minecraft that flying-squid and mineflayer speak. */
export const VERSION = '1.21.4';
