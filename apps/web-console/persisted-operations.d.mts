export declare function manifestOf(sources: readonly string[]): Record<string, string>;
export declare function persistedOperations(folder: string): { name: string };
