// Where keys are typed, and are nobody else's.

export const TYPING = "input:not([type=range]), textarea, select, [contenteditable=true]";
