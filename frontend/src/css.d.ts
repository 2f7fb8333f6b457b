declare module "*.css";
/** Whether the scripts are bundled for the one file, whose pages are sections of it. */
declare const FILE: boolean;
