namespace InterestService.EmbeddedPostgres;

/// <summary>Keeps a second host out of a data folder. The kernel releases the lock when the process of the holder ends.</summary>
internal static class DataDirectoryLock
{
    /// <summary>Acquires the lock; disposing the result releases it.</summary>
    /// <exception cref="EmbeddedServerException">Another host holds the lock; the message names its process.</exception>
    public static async Task<IDisposable> AcquireAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        // A separate file, because .NET refuses to read a locked one.
        var holder = Path.Combine(dataDirectory, "host.pid");
        var file = Open(Path.Combine(dataDirectory, "host.lock"));
        if (file is null)
            throw new EmbeddedServerException(
                $"Another host{(File.Exists(holder) ? $" (process {File.ReadAllText(holder)})" : "")} already works in {dataDirectory}: "
                + "stop it, or give this one another folder with InterestService__DataDirectory.");

        await File.WriteAllTextAsync(holder, $"{Environment.ProcessId}", cancellationToken);
        return file;
    }

    private static FileStream? Open(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult is LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
    }

    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
}
