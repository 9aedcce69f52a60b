namespace InterestService.Api.Ingestion;

/// <summary>The fields of a catalogue entry, by their position in <see cref="Schema"/>.</summary>
internal static class ItemFields
{
    public const int ItemId = 0;
    public const int Title = 1;
    public const int Categories = 2;
    public const int Tags = 3;
    public const int Description = 4;

    public static readonly UploadSchema Schema = new(
        "items",
        new("itemId", Required: true),
        new("title"),
        new("categories", FieldKind.TextList),
        new("tags", FieldKind.TextList),
        new("description"));
}
