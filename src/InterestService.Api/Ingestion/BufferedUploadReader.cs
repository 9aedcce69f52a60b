namespace InterestService.Api.Ingestion;

/// <summary>A reader that parses what is buffered without waiting, and waits only for more bytes.</summary>
internal abstract class BufferedUploadReader(BodyBuffer body, UploadSchema schema) : UploadReader(schema)
{
    protected BodyBuffer Body => body;

    /// <summary>Reads the next row from the buffer; false: the buffer does not hold all of it.</summary>
    protected abstract bool TryRead();

    public sealed override ValueTask<bool> ReadAsync(CancellationToken cancellationToken) =>
        TryRead() ? ValueTask.FromResult(true) : ReadOnAsync(cancellationToken);

    private async ValueTask<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (body.Ended) return false;
            await body.FillAsync(cancellationToken);
        }
        while (!TryRead());

        return true;
    }
}
