// What the build makes of these is for it to know; a program only names them.
declare module '*.css';
declare module '@fontsource-variable/geist';
declare module '@fontsource-variable/geist-mono';
