namespace InterestService.Api.Ingestion;

/// <summary>The fields of a link, by their position in <see cref="Schema"/>.</summary>
internal static class LinkFields
{
    public const int UserId = 0;
    public const int Alias = 1;

    public static readonly UploadSchema Schema = new("links", new("userId", Required: true), new("alias", Required: true));
}
