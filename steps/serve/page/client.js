// The Client SDK: how the page gets it, and what it reports.

// The events of the SDK (CombinedEvents in its types).
export const events = [
  'reconnecting', 'reconnection', 'sessionError', 'conversationEvent', 'callInvite', 'callInviteCancel', 'callTransfer', 'callHangup',
  'legStatusUpdate', 'mute', 'earmuff', 'dtmf', 'callMediaReconnecting', 'callMediaReconnection', 'callMediaDisconnect', 'callMediaError',
];

export function loadSDK({ url, integrity }) {
  return new Promise((loaded, failed) => {
    const script = document.createElement('script');
    script.src = url;
    if (integrity) {
      script.integrity = integrity;
    }
    if (!url.startsWith('/')) {
      script.crossOrigin = 'anonymous';
    }
    script.onload = () => (globalThis.vonageClientSDK ? loaded() : script.onerror());
    script.onerror = () => failed(new Error(`it could not be loaded from ${url}.
Run npm install @vonage/client-sdk in your app's folder, or start credwiz serve --sdk FILE, where FILE is the vonageClientSDK.min.js of that package. Then start credwiz serve again, and reload this page.`));
    document.head.append(script);
  });
}
