package org.fleetban.shipper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Finds the files to follow: what the patterns name now, and what was followed before the last stop. */
final class Discovery {

    private static final String OPEN_FILES = "open files";
    private static final String NAMES_OF = "names of ";

    private final ShipperSettings settings;
    private List<Pattern> patterns;

    /** What the patterns of before named, until it is known whether those of now do. */
    private List<FollowedFile> doubtful = List.of();

    private final FollowedFiles files;
    private final DirectoryWatch watch;
    private final Consumer<FollowedFile> ready;
    private final LongSupplier ticker;
    private final OpenFiles limit;
    private final Figures figures;
    private final Notices notices;

    private long scans;
    private boolean named;
    private boolean full;

    private record Pattern(Source source, PathPattern path) {}

    /** @param ready told of each file in which there may be something to read */
    Discovery(
            ShipperSettings settings,
            List<Source> sources,
            FollowedFiles files,
            DirectoryWatch watch,
            Consumer<FollowedFile> ready,
            LongSupplier ticker,
            OpenFiles limit,
            Figures figures,
            Notices notices) {
        this.limit = limit;
        this.figures = figures;
        this.settings = settings;
        this.patterns = patterns(sources);
        this.files = files;
        this.watch = watch;
        this.ready = ready;
        this.ticker = ticker;
        this.notices = notices;
    }

    /** A file that two patterns name is read from its beginning if one of them says so. */
    private static List<Pattern> patterns(List<Source> sources) {
        return sources.stream()
                .sorted(Comparator.comparing(Source::fromEnd))
                .map(source -> new Pattern(source, new PathPattern(source.pattern())))
                .toList();
    }

    /** Looks for other files from the next look on, and then lets go of those that none of these patterns names. */
    void follow(List<Source> sources) {
        patterns = patterns(sources);
        notices.forget(subject ->
                subject.startsWith("/") || subject.startsWith(Notices.EXPECTED) || subject.startsWith(NAMES_OF));
        doubtful = files.all().stream().filter(FollowedFile::listed).toList();
    }

    /** A file that was rotated away just now is none of these: its name is still wanted. */
    private void letGo() {
        for (FollowedFile file : doubtful) {
            if (files.byKey(file.key()) == file && !file.listed() && !wanted(file.path())) {
                files.remember(file);
                file.close();
            }
        }
        doubtful = List.of();
    }

    /** Takes up the files of a checkpoint where they were left, under whatever names they are found. */
    void restore(Checkpoint checkpoint) {
        for (Pattern pattern : patterns) {
            if (checkpoint.patterns().contains(pattern.source().pattern())) {
                files.learn(pattern.source().pattern());
            }
        }
        List<Checkpoint.Entry> missing = new ArrayList<>();
        for (Checkpoint.Entry entry : checkpoint.entries()) {
            if (!entry.followed() || !wanted(entry.path())) {
                files.remember(entry);
            } else if (!resumeAtPath(entry)) {
                missing.add(entry);
            }
        }
        // Only after all others are followed is it certain which files are candidates for a copy.
        for (Checkpoint.Entry entry : missing) {
            Neighbours.renamed(entry.path(), entry.key(), entry.fingerprint(), entry.delivered())
                    .or(() -> copy(entry))
                    .ifPresentOrElse(found -> resume(entry, found), () -> {
                        notices.info(entry.path() + " (inode "
                                + entry.key().inode() + ") is gone; it was shipped up to byte "
                                + entry.delivered());
                        files.remember(entry);
                    });
        }
    }

    private Optional<Neighbours.Found> copy(Checkpoint.Entry entry) {
        return entry.identity().isEmpty()
                ? Optional.empty()
                : Neighbours.copied(entry.path(), entry.fingerprint(), entry.delivered(), files::follows);
    }

    private boolean wanted(Path path) {
        return patterns.stream().anyMatch(pattern -> pattern.path().names(path));
    }

    private boolean resumeAtPath(Checkpoint.Entry entry) {
        try {
            if (!FileStat.of(entry.path()).key().equals(entry.key())) {
                return false;
            }
            Optional<Neighbours.Found> found =
                    Neighbours.sameContent(entry.path(), entry.key(), entry.fingerprint(), entry.delivered());
            found.ifPresent(same -> resume(entry, same));
            return found.isPresent();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private FollowedFile resume(Checkpoint.Entry entry, Neighbours.Found found) {
        FollowedFile file =
                new FollowedFile(settings.host(), entry.path(), found.key(), entry.delivered(), ticker.getAsLong());
        if (!entry.identity().isEmpty()) {
            file.identify(entry.identity(), entry.fingerprint());
        }
        follow(file, found.channel());
        return file;
    }

    private void follow(FollowedFile file, FileChannel channel) {
        file.open(channel);
        files.add(file);
        ready.accept(file);
    }

    /**
     * Looks at everything that the patterns name.
     *
     * @return whether something is to be saved before lines are sent: a new identity, or a pattern that was met
     */
    boolean scan() {
        scans++;
        named = false;
        full = false;
        for (Pattern pattern : patterns) {
            Visit visit = new Visit(pattern);
            pattern.path().expand(visit);
            visit.finish();
        }
        for (Pattern pattern : patterns) {
            named |= files.learn(pattern.source().pattern());
        }
        for (FollowedFile file : files.all()) {
            if (file.unlisted(scans)) {
                file.lastActive(ticker.getAsLong());
            }
            if (file.hasTooManyNames()) {
                notices.problem(
                        NAMES_OF + file.path(),
                        file
                                + " has so many other names that its lines can't carry them: only jails whose logpath names"
                                + " it so read it");
            }
            if (!file.listed()) {
                ready.accept(file);
            }
        }
        letGo();
        if (!full) {
            notices.solved(OPEN_FILES, "all log files are read again");
        }
        giveUpBeyondLimit();
        return named;
    }

    /** Rotated files wait for Kafka with their descriptors, which are not without end. */
    private void giveUpBeyondLimit() {
        List<FollowedFile> rotated =
                files.all().stream().filter(file -> !file.listed()).toList();
        if (rotated.size() <= limit.rotated()) {
            return;
        }
        rotated.stream()
                .sorted(Comparator.comparingLong(FollowedFile::lastActive))
                .limit(rotated.size() - limit.rotated())
                .forEach(file -> {
                    figures.givenUp(file.lag());
                    notices.warn("more than " + limit.rotated() + " files that were rotated away are open: " + file
                            + " is given up, with " + file.lag() + " bytes unread; raise the limit of open files"
                            + " (LimitNOFILE), or bring Kafka back");
                    files.remember(file);
                    file.close();
                });
    }

    private void watchDirectoryOf(Path path) {
        Path directory = path.getParent();
        if (directory != null) {
            watch.watch(directory);
        }
    }

    private final class Visit implements PathPattern.Visitor {
        private final Pattern pattern;
        private boolean anything;

        Visit(Pattern pattern) {
            this.pattern = pattern;
        }

        @Override
        public void directory(Path directory) {
            watch.watch(directory);
        }

        @Override
        public void listed(Path directory) {
            notices.solved(directory.toString(), "log directory " + directory + " is listed again");
        }

        @Override
        public void unreadable(Path directory, IOException problem) {
            anything = true;
            notices.problem(directory, "log directory " + directory + " cannot be listed: " + reason(problem));
        }

        void finish() {
            String subject = Notices.EXPECTED + pattern.path();
            if (anything) {
                notices.solved(subject, "a log file for " + pattern.path() + " is there now");
            } else {
                notices.expected(subject, "no log file " + pattern.path() + " yet: it is read as soon as there is one");
            }
        }

        @Override
        public void candidate(Path path) {
            if (Neighbours.compressed(path)) {
                return;
            }
            try {
                FileStat stat = FileStat.of(path);
                anything = true;
                if (stat.type() != FileStat.Type.FILE) {
                    notices.problem(path, path + " is " + stat.type() + ", not a log file: it is left out");
                    return;
                }
                FollowedFile known = files.byKey(stat.key());
                if (known == null && files.all().size() >= limit.followed()) {
                    notices.problem(
                            OPEN_FILES,
                            "more than " + limit.followed() + " log files: " + path
                                    + " and others are not read; raise the"
                                    + " limit of open files (LimitNOFILE), or name fewer");
                    full = true;
                    return;
                }
                if (known == null && !files.remembers(stat.key()) && isCopy(path, stat)) {
                    return;
                }
                FollowedFile file = known == null ? meet(path, stat) : known;
                file.listed(scans, path);
                if (files.byName(path) != file) {
                    files.name(path, file);
                    nameOfTarget(path, file);
                }
                if (file.observe(stat.size(), stat.modified())) {
                    ready.accept(file);
                }
                notices.solved(path);
            } catch (NoSuchFileException absent) {
                notices.solved(path);
            } catch (IOException e) {
                anything = true;
                notices.problem(path, "log file " + path + " cannot be read: " + reason(e) + "; it is tried again");
            }
        }

        /**
         * Whether a file with a longer name than one that is followed holds the same, as the copy of copytruncate does
         * until the log is truncated, or nothing yet. It is looked at again every time.
         */
        private boolean isCopy(Path path, FileStat stat) throws IOException {
            String name = path.getFileName().toString();
            for (int length = name.length() - 1; length > 0; length--) {
                FollowedFile original = files.byName(path.resolveSibling(name.substring(0, length)));
                if (original != null
                        && original.hasIdentity()
                        && (stat.size() == 0 || Neighbours.beginAlike(path, original))) {
                    return true;
                }
            }
            return false;
        }

        private FollowedFile meet(Path path, FileStat stat) throws IOException {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            boolean followed = false;
            try {
                if (!FileStat.of(path).key().equals(stat.key())) {
                    throw new NoSuchFileException(path + " was replaced while it was opened");
                }
                Checkpoint.Entry entry = files.recall(stat.key());
                FollowedFile file;
                if (entry != null
                        && channel.size() >= entry.delivered()
                        && LineReader.matches(entry.fingerprint(), channel)) {
                    file = resume(entry, new Neighbours.Found(stat.key(), channel));
                } else {
                    file = begin(path, stat.key(), channel);
                }
                followed = true;
                return file;
            } finally {
                if (!followed) {
                    channel.close();
                }
            }
        }

        private FollowedFile begin(Path path, FileKey key, FileChannel channel) throws IOException {
            Source source = pattern.source();
            long position = source.fromEnd() && !files.knows(source.pattern())
                    ? LineReader.endOfLastLine(channel, settings.maxLineBytes())
                    : 0;
            FollowedFile file = new FollowedFile(settings.host(), path, key, position, ticker.getAsLong());
            if (position > 0) {
                file.identify(LineReader.newIdentity(key), LineReader.fingerprint(channel, position));
                named = true;
            }
            follow(file, channel);
            return file;
        }

        /** Change notices come from the directory in which a link ends. */
        private void nameOfTarget(Path path, FollowedFile file) throws IOException {
            Path target = path.toRealPath();
            if (!target.equals(path)) {
                files.name(target, file);
                watchDirectoryOf(target);
            }
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied (run the shipper as root, or in the group that owns the logs)";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.toString();
    }
}
