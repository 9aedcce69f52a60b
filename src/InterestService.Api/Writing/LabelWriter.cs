using InterestService.Api.Publishing;
using InterestService.Api.Reading;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Writing;

/// <summary>Writes the known groups of users.</summary>
internal sealed class LabelWriter(NpgsqlDataSource database) : UploadWriter(database)
{
    private const int MaxLabel = 256;

    protected override string StagingSql => """
        CREATE TEMP TABLE staged_labels (ordinal bigint NOT NULL, user_id text COLLATE "C" NOT NULL, label text NOT NULL) ON COMMIT DROP
        """;

    protected override string CopySql => "COPY staged_labels (ordinal, user_id, label) FROM STDIN (FORMAT binary)";

    private const string Merge = $"""
        INSERT INTO user_labels (user_id, label)
        SELECT DISTINCT ON (user_id) user_id, label FROM staged_labels WHERE user_id <> ALL({Erasures.SinceSql}) ORDER BY user_id, ordinal DESC
        ON CONFLICT (user_id) DO UPDATE SET label = excluded.label WHERE user_labels.label <> excluded.label
        """;

    protected override bool Stage(Row row, CopyWriter copy)
    {
        if (row.Fault is not null) return false;
        var userId = row.RequireId(LabelFields.UserId);
        var label = row.RequireTrimmed(LabelFields.Label, MaxLabel);
        if (row.Fault is not null) return false;
        copy.BeginRow(3);
        copy.Write(Staged);
        copy.Write(userId);
        copy.Write(label);
        return true;
    }

    protected override async Task<long> MergeAsync(CancellationToken cancellationToken)
    {
        // An erasure comes before the merge, which then sees it, or after its commit.
        await PeopleChanges.LockAsync(Connection, cancellationToken);
        return await ExecuteAsync(Merge, cancellationToken);
    }
}

/// <summary>The fields of a known group, by their position in <see cref="Schema"/>.</summary>
internal static class LabelFields
{
    public const int UserId = 0;
    public const int Label = 1;

    public static readonly UploadSchema Schema = new("labels", new("userId", Required: true), new("label", Required: true));
}
