namespace InterestService.Api.Reading.Formats;

/// <summary>Keeps the body of an upload in a temporary file, for formats that are not read from beginning to end.</summary>
internal static class UploadFile
{
    /// <summary>Maximum size of a body, in bytes, decompressed: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    private const int BufferBytes = 1 << 16;

    /// <summary>Copies a body to a file in the folder of temporary files. The file is gone when the stream is disposed.</summary>
    /// <exception cref="BadUploadException">The body is too large, or the disk is full.</exception>
    public static async Task<Stream> CreateAsync(UploadBody body, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Path.GetTempPath(), $"interest-upload-{Guid.NewGuid():N}");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            // Without a name at once, so that nothing stays behind when the process is killed. Windows refuses to remove it while it is open.
            if (!OperatingSystem.IsWindows()) File.Delete(path);
            byte[] buffer = new byte[BufferBytes];
            long total = 0;
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if ((total += read) > MaxBytes) throw TooLarge();
                await WriteAsync(file, buffer.AsMemory(0, read), cancellationToken);
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException e)
        {
            throw new BadUploadException(
                StatusCodes.Status507InsufficientStorage, "The body cannot be kept.", "The service has no room for a temporary file of this size. Split the file.", e);
        }
    }

    private static BadUploadException TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, "The body is too large.", $"A Parquet file must be at most {MaxBytes} bytes. Split the file.");
}
