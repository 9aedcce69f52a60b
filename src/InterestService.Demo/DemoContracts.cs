namespace InterestService.Demo;

// The parts of the API's responses that the demo reads.

internal sealed record UploadAnswer(long Received, long Accepted, long Duplicates, long Rejected, IReadOnlyList<UploadError>? Errors);

internal sealed record UploadError(long Index, string? Field, string? Message);

internal sealed record ClusteringAnswer(
    string Id,
    string State,
    string? Stage,
    double Progress,
    double? Loss,
    long? Events,
    int? Users,
    int? Items,
    int? Clusters,
    bool Published,
    IReadOnlyList<CleaningCount>? Cleaning,
    ClusteringError? Error);

internal sealed record CleaningCount(string Step, long RemovedEvents, long? RemovedUsers, long RemainingEvents);

internal sealed record ClusteringError(string? Code, string? Message);

internal sealed record ClusterPage(IReadOnlyList<ClusterAnswer> Items, string? NextCursor);

/// <param name="Share">0 to 1.</param>
/// <param name="Medoids">User ids.</param>
internal sealed record ClusterAnswer(
    int Id,
    string? Label,
    int Users,
    double Share,
    IReadOnlyList<ClusterFeature>? TopCategories,
    IReadOnlyList<ClusterFeature>? TopItems,
    IReadOnlyList<string>? Medoids);

/// <summary>A category, which has a name, or an item, which has an id and may have a title.</summary>
internal sealed record ClusterFeature(string? Name, string? ItemId, string? Title, double Lift);
