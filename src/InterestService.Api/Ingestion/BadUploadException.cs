namespace InterestService.Api.Ingestion;

/// <summary>The upload as a whole cannot be taken, and nothing of it is stored. A bad row alone is a <see cref="RowError"/>.</summary>
/// <param name="status">HTTP status of the problem: 400 or 415.</param>
internal sealed class BadUploadException(int status, string title, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public int Status => status;

    public string Title => title;

    public static BadUploadException NotReadable(string detail, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, "The body cannot be read.", detail, inner);
}
