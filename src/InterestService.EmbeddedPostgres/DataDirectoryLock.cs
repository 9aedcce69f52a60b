namespace InterestService.EmbeddedPostgres;

/// <summary>Keeps a second host off a data folder. The kernel lets go of it when the holder dies, however it dies.</summary>
internal static class DataDirectoryLock
{
    /// <exception cref="EmbeddedServerException">Another host holds the folder; the message names its process.</exception>
    public static async Task<IDisposable> AcquireAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        // A file apart: .NET refuses to read one that is locked.
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
