namespace InterestService.Api.Ingestion;

/// <summary>The fields of a known group, by their position in <see cref="Schema"/>.</summary>
internal static class LabelFields
{
    public const int UserId = 0;
    public const int Label = 1;

    public static readonly UploadSchema Schema = new("labels", new("userId", Required: true), new("label", Required: true));
}
